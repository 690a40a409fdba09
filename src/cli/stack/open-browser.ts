import { spawn } from 'node:child_process';

/** Where there is no browser the printed address has to do. */
export function openBrowser(url: string): void {
  const programs: Partial<Record<NodeJS.Platform, readonly string[]>> = {
    darwin: ['open'],
    win32: ['explorer.exe'],
  };
  const [program = 'xdg-open', ...words] = programs[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...words, url], { detached: true, stdio: 'ignore' });
  child.on('error', () => {});
  child.unref();
}
