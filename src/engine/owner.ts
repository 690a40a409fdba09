import { createHash } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';

/** The process that something on the engine belongs to, so that others can tell when it is dead. */
export interface OwnerStamp {
  /** This machine (or container): its name and a digest of what tells namesakes apart. */
  readonly host: string;
  readonly pid: number;
  /** Start time of the process in clock ticks since boot; `0` where the system does not tell. */
  readonly startTicks: string;
}

/** The stamp of this process. */
export async function readOwner(): Promise<OwnerStamp> {
  const [host, process_] = await Promise.all([identifyHost(), readProcess(process.pid)]);
  return { host, pid: process.pid, startTicks: process_?.startTicks ?? '0' };
}

export function formatOwner(owner: OwnerStamp): string {
  return `${owner.host}:${owner.pid}:${owner.startTicks}`;
}

/** `undefined` when the text is not an owner's, for example a label of a later djdev. */
export function parseOwner(text: string): OwnerStamp | undefined {
  const match = /^(.+):(\d+):(\d+)$/.exec(text);
  if (!match) return undefined;
  const [, host = '', pid = '', startTicks = ''] = match;
  return { host, pid: Number(pid), startTicks };
}

/**
 * Whether `owner` was a process of this machine that has ended. Anything uncertain is `false`:
 * what belongs to a live run must never be taken away.
 */
export async function hasDied(owner: OwnerStamp, self: OwnerStamp): Promise<boolean> {
  if (owner.host !== self.host) return false;
  const found = await readProcess(owner.pid);
  if (!found) return !canSignal(owner.pid);
  // A killed process stays visible until its parent has asked for its exit code.
  if (found.state === 'Z' || found.state === 'X') return true;
  return owner.startTicks !== '0' && found.startTicks !== owner.startTicks;
}

interface ProcessFacts {
  readonly state: string;
  readonly startTicks: string;
}

/** From `/proc/<pid>/stat`; `undefined` without such a process, or without `/proc`. */
async function readProcess(pid: number): Promise<ProcessFacts | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
  if (stat === undefined) return undefined;
  // The second field, the program's name, may itself hold spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', startTicks: fields[19] ?? '0' };
}

function canSignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/**
 * Two machines may share a name and an engine, and containers of one machine may share both, so
 * the machine's id and the process namespace take part.
 */
async function identifyHost(): Promise<string> {
  const [machine, namespace] = await Promise.all([
    readFile('/etc/machine-id', 'utf8').catch(() => ''),
    readlink('/proc/self/ns/pid').catch(() => ''),
  ]);
  const digest = createHash('sha256').update(`${machine.trim()}\n${namespace}`).digest('hex');
  return `${hostname()}-${digest.slice(0, 8)}`;
}
