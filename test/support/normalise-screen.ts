import { stripVTControlCharacters } from 'node:util';

const replacements: readonly (readonly [RegExp, string])[] = [
  // A step's line: its time stands in a column of its own, its summary may be wrapped.
  [/\n {25}(?=\S)/g, ' '],
  [/^(\S \w+) +(?:\d+ min )?\d+(?:\.\d+)? (?:ms|s)  /gm, '$1  TIME  '],
  [/\b(?:\d+ min )?\d+(?:\.\d+)? (?:ms|s)\b/g, 'TIME'],
  [/\b\d+(?:\.\d+)? (?:kB|MB|GB)\b/g, 'SIZE'],
  [/\bDocker Engine \d[\w.+~-]*/g, 'Docker Engine VERSION'],
  [/\bon Python \d+\.\d+\.\d+/g, 'on Python VERSION'],
  [/\bdjdev-(\w+)-[0-9a-f]{6}-[0-9a-f]{12}\b/g, 'djdev-$1-ID-SESSION'],
  [/\bdjdev-(\w+)-[0-9a-f]{6}:[0-9a-f]{16}\b/g, 'djdev-$1-ID:DIGEST'],
  [/\bdjdev-([\w-]+)-base:[0-9a-f]{16}\b/g, 'djdev-$1-base:DIGEST'],
  // gunicorn's log.
  [/\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}\] \[\d+\]/g, '[DATE] [PID]'],
  [/\(pid:? ?\d+\) exited with code\s+(\d+)/g, '(PID) exited with code $1'],
  [/\(pid:? ?\d+\)/g, '(PID)'],
  [/with pid: \d+/g, 'with pid: PID'],
  [/(Listening at: \S+)\s+\(1\)/g, '$1 (1)'],
  [/127\.0\.0\.1:\d{5}\b/g, '127.0.0.1:PORT'],
  [/… \d+ frames? in libraries/g, '… N frames in libraries'],
  [/[ \t]+$/gm, ''],
];

/** A printed text without what differs from run to run: times, sizes, ids and the project's place. */
export function normaliseScreen(text: string, root: string): string {
  return replacements
    .reduce(
      (screen, [pattern, name]) => screen.replaceAll(pattern, name),
      stripVTControlCharacters(text).replaceAll(root, 'ROOT'),
    )
    .trimEnd();
}
