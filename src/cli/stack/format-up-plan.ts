import type { UpPlan } from '../../up/plan.ts';

/** A plan for a person, ending with a newline. */
export function formatUpPlan(plan: UpPlan): string {
  const { build, services, processes } = plan;
  const ports = (list: UpPlan['services'][number]['ports']): string =>
    list.map(({ host, container }) => `, port ${container} at 127.0.0.1:${host}`).join('');
  const lines = [
    `djdev ${plan.djdev} would run ${plan.project}:`,
    '',
    `Image       ${build.repository}, from ${build.dockerfile}${build.target === undefined ? '' : `, stage ${build.target}`}; built ${build.when.replace('-', ' ')}`,
    `Settings    ${plan.settings ?? 'as the image has them'}`,
    `Network     ${plan.network}`,
    ...services.map(
      (one) =>
        `Service     ${one.role}: ${one.image}${ports(one.ports)}${one.volumes.length === 0 ? '' : `, data in ${one.volumes.join(' and ')}`}`,
    ),
    `Migrations  ${{ ask: 'asked about', always: 'applied', never: 'left alone', name: 'named when pending' }[plan.migrate]}`,
    ...processes.map(
      (one) =>
        `Process     ${one.role}: ${one.command?.join(' ') ?? 'as the image starts'}${ports(one.ports)}${one.health === undefined ? '' : `, health ${one.health}`}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
