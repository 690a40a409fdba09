import { closestName } from './closest-name.ts';
import type { EnvironmentSources } from './environment-sources.ts';
import type { ServiceDefinition, VariableValue } from './project.ts';
import { Secret } from './secret.ts';
import {
  parseTemplate,
  type ServicePart,
  serviceParts,
  type ServiceReference,
  type TemplatePiece,
} from './template.ts';

/** A template with its `${VAR}`s filled in; services are known only when they run. */
export interface ReadTemplate {
  readonly value: VariableValue['value'];
  readonly parts?: VariableValue['parts'];
  /** Why there is no value: `STRIPE_KEY is not set`. */
  readonly missing?: string;
  /** Whether a part of it comes from the shell or an env file. */
  readonly isOutside: boolean;
  readonly problems: readonly { readonly message: string; readonly hint: string }[];
}

/** Parts of a service's address. */
function partsOf({ kind, ports = [] }: ServiceDefinition): readonly ServicePart[] {
  if (kind === 'postgres') return serviceParts;
  return kind === 'image' && ports.length === 0 ? ['host'] : ['url', 'host', 'port'];
}

type Part = string | Secret | ServiceReference;

/**
 * Fills in what is known before services run. `secret` hides the result as a whole; `undefined`
 * hides it when a part of it comes from the shell or an env file.
 */
export function readTemplate(
  text: string,
  options: {
    readonly lookup: EnvironmentSources['lookup'];
    readonly services: readonly ServiceDefinition[];
    readonly secret: boolean | undefined;
  },
): ReadTemplate {
  const parts: Part[] = [];
  const problems: { message: string; hint: string }[] = [];
  const missing: string[] = [];
  for (const piece of parseTemplate(text)) {
    const read = readPiece(piece, options);
    if ('problem' in read) problems.push(read.problem);
    else if ('missing' in read) missing.push(read.missing);
    else parts.push(read.part);
  }
  const isOutside = parts.some((part) => part instanceof Secret);
  const [reason] = missing;
  if (reason !== undefined || problems.length > 0) {
    return {
      value: undefined,
      isOutside,
      problems,
      ...(reason === undefined ? {} : { missing: reason }),
    };
  }
  const shown = parts.map(showPart).join('');
  const value = (options.secret ?? isOutside) ? new Secret(shown) : shown;
  const isTemplate = parts.some((part) => typeof part === 'object' && !(part instanceof Secret));
  if (!isTemplate) return { value, isOutside, problems };
  return { value, isOutside, problems, parts: options.secret ? parts.map(hidePart) : parts };
}

function showPart(part: Part): string {
  if (typeof part === 'string') return part;
  return part instanceof Secret ? part.reveal() : `\${services.${part.service}.${part.part}}`;
}

function hidePart(part: Part): Part {
  return typeof part === 'string' ? new Secret(part) : part;
}

type ReadPiece =
  | { readonly part: Part }
  | { readonly missing: string }
  | { readonly problem: { readonly message: string; readonly hint: string } };

function readPiece(
  piece: TemplatePiece,
  { lookup, services }: Pick<Parameters<typeof readTemplate>[1], 'lookup' | 'services'>,
): ReadPiece {
  switch (piece.type) {
    case 'text':
      return { part: piece.text };
    case 'problem':
      return {
        problem: {
          message: `has “${piece.text}”, which is no template djdev knows.`,
          hint:
            'Write ${services.postgres.url}, ${VAR}, ${VAR:-default} or ${VAR:?message}; ' +
            '$$ is a dollar sign. Templates do not nest.',
        },
      };
    case 'service':
      return readService(piece, services);
    default:
      return readVariable(piece, lookup);
  }
}

function readService(
  { service, part }: Extract<TemplatePiece, { type: 'service' }>,
  services: readonly ServiceDefinition[],
): ReadPiece {
  const found = services.find((item) => item.name === service);
  if (found === undefined) {
    const names = services.map((item) => item.name);
    const meant = closestName(service, names);
    return {
      problem: {
        message: `refers to services.${service}, which the project does not have.`,
        hint: meant
          ? `Did you mean “services.${meant}”?`
          : `Declare it: services: { ${service}: … }.`,
      },
    };
  }
  const known = partsOf(found);
  const wanted = known.find((item) => item === part);
  if (wanted) return { part: { service, part: wanted } };
  const message = `asks services.${service} for “${part}”, which it does not have.`;
  if (part === 'url' || part === 'port') {
    return { problem: { message, hint: `Declare its port: services.${service}.ports: [8080].` } };
  }
  const meant = closestName(part, known);
  const hint = `${meant ? `Did you mean “${meant}”? ` : ''}It has ${known.join(', ')}.`;
  return { problem: { message, hint } };
}

/** Compose's rules: with a colon an empty value counts as none. */
function readVariable(
  { name, operator, word }: Extract<TemplatePiece, { type: 'variable' }>,
  lookup: EnvironmentSources['lookup'],
): ReadPiece {
  const found = lookup(name)?.value;
  const isSet = found !== undefined && !(operator.startsWith(':') && found.reveal() === '');
  if (operator.endsWith('+')) return { part: isSet ? word : '' };
  if (isSet) return { part: found };
  if (operator.endsWith('-')) return { part: word };
  return { missing: operator.endsWith('?') && word !== '' ? word : `${name} is not set` };
}
