import { checkImageConfig } from '../checks/image-config.ts';
import { checkImageArchitecture } from '../checks/image-architecture.ts';
import { checkImageFiles } from '../checks/image-files.ts';
import { checkImageHistory, checkImageWaste } from '../checks/image-layers.ts';
import { buildAgain } from '../image-scan/build-again.ts';
import { instructionText } from '../image-scan/instruction-text.ts';
import { readCachedScan, writeCachedScan } from '../image-scan/scan-cache.ts';
import { type ImageScan, scanImage } from '../image-scan/scan-image.ts';
import { type RehearsalPlan } from '../plan.ts';
import { reportFindings } from '../report-findings.ts';
import type { RehearsalRun, StepResult } from '../run.ts';
import type { Quiet } from '../schedule/quiet.ts';
import { targetOf } from '../target/target-of.ts';
import type { BuiltImage } from './build.ts';

/**
 * Judges the image by its configuration and by every file in its layers. The layers are read
 * when it is quiet.
 */
export async function runImage(
  run: RehearsalRun,
  plan: RehearsalPlan,
  { facts, reference }: BuiltImage,
  quiet: Quiet,
): Promise<StepResult<true>> {
  const { context } = run;
  const web = plan.containers.find(({ role }) => role === plan.boot.process);
  reportFindings(
    context,
    checkImageConfig(facts, {
      budgetBytes: plan.image.budgetBytes,
      hasOwnCommand: web?.command !== undefined,
      command: web?.command,
      environment: Object.fromEntries(Object.keys(run.environment).map((name) => [name, 'given'])),
    }),
  );
  const { files, layers, history } = await scan(run, facts.id, quiet);
  reportFindings(context, [
    ...checkImageFiles(files),
    ...checkImageHistory(history),
    ...checkImageWaste(layers),
    ...checkImageArchitecture(facts, targetOf(run.project)),
    ...(plan.image.reproduce === true ? await buildAgain(run, plan, facts.id) : []),
  ]);
  context.emit({
    type: 'image-inspected',
    image: {
      id: facts.id,
      reference,
      bytes: facts.bytes,
      layers: layers.map(({ createdBy, files: count, bytes, wastedBytes }) => ({
        createdBy: instructionText(createdBy),
        files: count,
        bytes,
        wastedBytes,
      })),
    },
  });
  context.emit({
    type: 'measurement-taken',
    step: 'image',
    measurement: { name: 'image size', value: facts.bytes, unit: 'bytes' },
  });
  const user = facts.user === '' ? 'root' : facts.user;
  return { summary: `${reference}, runs as ${user}`, value: true };
}

/** An image never changes, so that each is read once only, whatever rehearsal asks. */
async function scan(
  { context: { engine, emit, signal }, cacheDirectory }: RehearsalRun,
  id: string,
  quiet: Quiet,
): Promise<ImageScan> {
  const cached = await readCachedScan(cacheDirectory, id);
  if (cached) return cached;
  emit({ type: 'step-progressed', step: 'image', text: 'reading the layers of the new image' });
  const scanned = await scanImage(quiet.hold(await engine.saveImage(id, signal)));
  await writeCachedScan(cacheDirectory, id, scanned);
  return scanned;
}
