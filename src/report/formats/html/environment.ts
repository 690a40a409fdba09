import type { RemovalReport, VariableReport } from '../../environment-report.ts';
import type { Report } from '../../report.ts';
import { formatCount } from '../quantity.ts';
import { type Markup, markup, nothing } from './markup.ts';

/** What production is given, and what the settings do without it. */
export function renderEnvironment({ variables = [] }: Report): Markup {
  if (variables.length === 0) return nothing;
  const tried = variables.flatMap(({ removal }) => (removal === undefined ? [] : [removal]));
  const silent = tried.filter(({ outcome }) => outcome !== 'refused').length;
  return markup`<section aria-labelledby="environment-title">
<h2 id="environment-title">Environment</h2>
<p>${formatCount(variables.length, 'variable')}${tried.length === 0 ? '' : `; ${tried.length} taken away to see what the settings do: ${silent === 0 ? 'they refused each time' : `${formatCount(silent, 'time')} without an error`}`}.</p>
<div class="scroll" tabindex="0" role="group" aria-labelledby="environment-title"><table class="environment">
<thead><tr><th scope="col">Variable</th><th scope="col">Without it</th><th scope="col">Given by</th><th scope="col">Required</th></tr></thead>
<tbody>
${variables.map(renderVariable)}</tbody></table></div>
</section>`;
}

function renderVariable(variable: VariableReport): Markup {
  const { name, secret, required, given, origin, neverRead } = variable;
  const isSecret = secret ? markup` <span class="step">secret</span>` : nothing;
  return markup`<tr class="${stateOf(variable)}"><th scope="row"><code>${name}</code>${isSecret}</th>
<td>${neverRead === true ? markup`<span class="outcome">nothing reads it</span>` : renderRemoval(variable)}</td>
<td>${given ? origin : markup`<span class="outcome">nobody</span>, named at ${origin}`}</td><td>${required ? 'yes' : 'no'}</td></tr>
`;
}

/** The colour of the line; nobody is blamed for what was not tried. */
function stateOf({ required, given, neverRead, removal }: VariableReport): string {
  if (required && !given) return 'failed';
  if (neverRead === true || removal?.outcome === 'changed') return 'warned';
  return removal === undefined ? 'skipped' : 'passed';
}

const outcomeTexts: Readonly<Record<RemovalReport['outcome'], string>> = {
  refused: 'the settings refuse',
  changed: 'no error',
  unchanged: 'no error, and no setting changes',
};

function renderRemoval({ name, removal }: VariableReport): Markup {
  if (removal === undefined) return markup`<span class="outcome">not tried</span>`;
  const { outcome, settings, together = [] } = removal;
  const others = together.filter((other) => other !== name);
  const other = others.length === 0 ? '' : ` (taken away with ${others.join(', ')})`;
  const changed =
    settings.length === 0
      ? nothing
      : markup`: the settings take another ${settings.map((setting, index) => markup`${index === 0 ? '' : ', '}<code>${setting}</code>`)}`;
  return markup`<span class="outcome">${outcomeTexts[outcome]}</span>${changed}${other}`;
}
