import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Checkout } from '../support/checkout.ts';
import { describeWithEngine } from '../support/engine.ts';
import { openExample } from '../support/open-example.ts';
import type { SpawnedDjdev } from '../support/spawn-djdev.ts';

interface ListedContainer {
  readonly name: string;
  readonly addresses: readonly string[];
}

interface Mail {
  readonly To: readonly { readonly Address: string }[];
  readonly Subject: string;
  readonly Snippet: string;
}

/** The example with a queue, a cache and mail: one day with it, and one rehearsal. */
describeWithEngine('the example bookings', () => {
  let bookings: Checkout;
  let up: SpawnedDjdev;
  let web = '';
  let mailpit = '';

  beforeAll(async () => {
    bookings = await openExample('bookings');
    up = bookings.start(['up', '--migrate']);
    for (const name of ['web', 'worker', 'beat'])
      await up.waitForLine(new RegExp(`✓ ${name}: in sync`), 200_000);
    const { stdout } = await bookings.run(['ps', '--json']);
    const { containers } = JSON.parse(stdout) as {
      readonly containers: readonly ListedContainer[];
    };
    const addressOf = (wanted: string): string =>
      containers.find(({ name }) => name === wanted)?.addresses[0] ?? '';
    web = addressOf('web');
    mailpit = addressOf('mailpit');
  });
  afterAll(async () => {
    await up[Symbol.asyncDispose]();
    await bookings[Symbol.asyncDispose]();
  });

  /** Books an hour, and answers the mail that the worker then sends. */
  const book = async (hour: number): Promise<Mail> => {
    const email = `hour-${hour}@example.com`;
    const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
    const form = { space: 'nook', day, starts: hour, ends: hour + 1, name: 'Ines', email };
    const answer = await fetch(`${web}api/bookings/`, {
      method: 'POST',
      body: JSON.stringify(form),
    });
    expect(answer.status, await answer.text()).toBe(201);
    return await mailTo(email);
  };

  const mailTo = async (email: string): Promise<Mail> => {
    const deadlineMs = performance.now() + 30_000;
    while (performance.now() < deadlineMs) {
      const answer = await fetch(`${mailpit}api/v1/messages`);
      const { messages } = (await answer.json()) as { readonly messages: readonly Mail[] };
      const found = messages.find(({ To }) => To[0]?.Address === email);
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`No mail to ${email} came.`);
  };

  test('a booking is confirmed by a mail that the worker sends', async () => {
    const seeded = await bookings.run(['manage', 'seed']);
    expect(seeded.stdout).toBe('6 spaces, 11 new bookings.\n');
    const mail = await book(9);
    expect(mail.Subject).toMatch(/^Please confirm: The Nook, /);
    expect(mail.Snippet).toContain(`${web}bookings/`);
  });

  test('its own tests pass in the image, against its services', async () => {
    const { exitCode, stderr } = await bookings.run(['test']);
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toMatch(/^Ran 30 tests/m);
  });

  test('the worker takes an edited task', async () => {
    const path = 'bookings/tasks.py';
    const code = await readFile(join(bookings.root, path), 'utf8');
    await bookings.write(path, code.replace('Please confirm:', 'Do confirm:'));
    try {
      await up.waitForLine(/→ worker: bookings\/tasks\.py → synced .* → reloaded /);
      expect((await book(10)).Subject).toMatch(/^Do confirm: /);
    } finally {
      await bookings.write(path, code);
    }
  });

  test('passes its rehearsal with services of its own, beside those that run', async () => {
    const { exitCode, problems, stderr } = await bookings.rehearse();
    expect({ exitCode, problems }, stderr).toEqual({ exitCode: 0, problems: [] });
  });

  test('down keeps the data of its services, and down -v leaves nothing', async () => {
    up.child.kill('SIGINT');
    await up.exited;
    const down = await bookings.run(['down']);
    expect(down.stdout.match(/Kept volume .*/g)?.length).toBe(3);
    expect(await bookings.listLeftovers()).toEqual([
      'volume mailpit',
      'volume postgres',
      'volume redis',
    ]);
    expect((await bookings.run(['down', '-v', '--rmi'])).exitCode).toBe(0);
    expect(await bookings.listLeftovers()).toEqual([]);
  });
});
