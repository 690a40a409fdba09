import { checkServiceLoss, type ServiceLoss } from '../checks/service-loss.ts';
import type { StartedService } from '../resources.ts';
import { reportFindings } from '../report-findings.ts';
import { askOnce, describeFailure, isFailure, type Trial, waitUntilServing } from './trial.ts';

/** Takes one service away while pages are asked for, and brings it back. */
export async function tryServiceLoss(trial: Trial, service: StartedService): Promise<ServiceLoss> {
  const { context } = trial.run;
  const startedMs = context.clock.monotonicMs();
  await service.lose();
  const answers = await askOnce(trial);
  const failed = answers.filter(isFailure);
  const during = describeFailure(trial, failed[0], startedMs);
  await service.bringBack();
  const recovered = await waitUntilServing(trial);
  const loss: ServiceLoss = {
    service: service.name,
    pages: trial.paths.length,
    failedPages: failed.map(({ request }) => request.path),
    slowestMs: Math.max(0, ...answers.map(({ response }) => response?.ms ?? 0)),
    ...recovered,
    evidence: recovered.evidence === '' ? during : recovered.evidence,
  };
  reportFindings(context, checkServiceLoss(loss));
  return loss;
}
