import type { RehearsalPlan } from '../rehearse/plan.ts';
import { formatDuration } from '../report/formats/quantity.ts';

/** A plan for a person, ending with a newline. */
export function formatPlan(plan: RehearsalPlan): string {
  const { build, boot } = plan;
  const lines = [
    `djdev ${plan.djdev} would rehearse ${plan.project}:`,
    '',
    ...plan.steps.map(({ id, needs, leftOut }) =>
      `  ${id.padEnd(10)} ${leftOut ?? (needs.length === 0 ? '' : `needs ${needs.join(', ')}`)}`.trimEnd(),
    ),
    '',
    `Image       ${build.repository}, from ${build.dockerfile}${build.target === undefined ? '' : `, stage ${build.target}`}`,
    ...plan.containers.map(({ role, image }) => `Container   ${role}: ${image}`),
    ...(plan.data ? [`Data        ${plan.data.from}`] : []),
    ...plan.release.map((command) => `Release     ${command.join(' ')}`),
    `Boot        ${boot.process}, asked as ${boot.host}${boot.health ?? ''}, at most ${formatDuration(boot.deadlineMs)}`,
    ...(plan.setup ?? []).map((command) => `Setup       ${command.join(' ')}`),
    ...plan.requests.map(({ method, path, status }) => `Request     ${method} ${path} → ${status}`),
    `Shutdown    SIGTERM, ${formatDuration(plan.shutdown.graceMs)} to end`,
  ];
  return `${lines.join('\n')}\n`;
}
