import type { BuildInputs } from './describe-inputs.ts';

const namedFiles = 3;

/** The setting that inputs get when files were saved while the image was built. */
export const unsettled = 'files saved during the build';

/** What differs between two builds' inputs, for people: `requirements.txt changed`. */
export function explainDifference(last: BuildInputs | undefined, now: BuildInputs): string {
  if (!last) return 'first build';
  const settings = [...new Set([...Object.keys(now.settings), ...Object.keys(last.settings)])];
  const parts = settings
    .filter((name) => now.settings[name] !== last.settings[name])
    .map((name) => explainSetting(name, last, now));
  const files = explainFiles(last, now);
  if (files !== undefined) parts.push(files);
  // The inputs are those of the last build, and yet there is no image of them.
  return parts.length === 0 ? 'the image is no longer on the engine' : parts.join(', ');
}

function explainSetting(name: string, last: BuildInputs, now: BuildInputs): string {
  if (name === unsettled) return 'files were saved during the last build';
  if (!Object.hasOwn(last.settings, name)) return `${name} added`;
  return Object.hasOwn(now.settings, name) ? `${name} changed` : `${name} removed`;
}

function explainFiles(last: BuildInputs, now: BuildInputs): string | undefined {
  const changed = [...new Set([...Object.keys(now.files), ...Object.keys(last.files)])]
    .filter((path) => now.files[path] !== last.files[path])
    // Named among the settings already.
    .filter((path) => !isChangedSetting(path, last, now))
    .sort();
  // Directories come and go with the files in them.
  const files = changed.filter((path) => !isDirectory(path, last, now));
  const shown = files.length > 0 ? files : changed;
  const [first] = shown;
  if (first === undefined) return undefined;
  if (shown.length === 1) return explainFile(first, last, now);
  const names = shown.slice(0, namedFiles).join(', ');
  return `${shown.length} files changed: ${names}${shown.length > namedFiles ? ', …' : ''}`;
}

function explainFile(path: string, last: BuildInputs, now: BuildInputs): string {
  if (!Object.hasOwn(last.files, path)) return `${path} added`;
  return Object.hasOwn(now.files, path) ? `${path} changed` : `${path} removed`;
}

function isChangedSetting(path: string, last: BuildInputs, now: BuildInputs): boolean {
  return last.settings[path] !== now.settings[path];
}

function isDirectory(path: string, last: BuildInputs, now: BuildInputs): boolean {
  return (now.files[path] ?? last.files[path])?.startsWith('directory ') === true;
}
