import { chownSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeWithEngine } from '../../support/engine.ts';
import { openSyncTest, until } from './open-sync-test.ts';

describeWithEngine('what is made in the container', () => {
  test('comes to the host at once, owned by the owner of the directory', async () => {
    await using s = await openSyncTest();
    const sync = await s.start();
    if (process.getuid?.() === 0) chownSync(join(s.root, 'shop'), 1234, 1234);
    const program = `
import os, time
os.makedirs('/app/shop/migrations')
for name in ('__init__', '0001_initial'):
    with open('/app/shop/migrations/%s.py' % name, 'w') as file:
        file.write('# ' + name)
os.chmod('/app/shop/migrations/__init__.py', 0o755)
print(time.time() * 1000)
`;
    const file = join(s.root, 'shop/migrations/0001_initial.py');
    let seenMs = 0;
    const seen = until('the migration', () => existsSync(file)).then(() => (seenMs = Date.now()));
    const madeMs = Number(await s.python(program));
    await seen;
    expect(seenMs - madeMs).toBeLessThan(250);
    expect(readFileSync(file, 'utf8')).toBe('# 0001_initial');
    await s.untilEqual();
    if (process.getuid?.() === 0) expect(statSync(file).uid).toBe(1234);
    await sync.settle(s.t.signal);
    // What came back is not sent again.
    expect(s.eventsOf('sync-applied')).toEqual([]);
    const paths = new Set(s.eventsOf('sync-returned').flatMap((event) => event.paths));
    expect([...paths].sort()).toEqual([
      'shop/migrations',
      'shop/migrations/0001_initial.py',
      'shop/migrations/__init__.py',
    ]);
  });

  test('as an edit, a delete or a rename happens on the host as well', async () => {
    await using s = await openSyncTest({ files: { 'a.py': '1', 'b.py': '2', 'd/c.py': '3' } });
    await s.start();
    const program = `
import os, shutil
open('/app/a.py', 'w').write('edited')
os.rename('/app/b.py', '/app/renamed.py')
shutil.rmtree('/app/d')
os.symlink('a.py', '/app/link')
`;
    await s.python(program);
    await until('the delete', () => !existsSync(join(s.root, 'd')));
    await until('the link', () => existsSync(join(s.root, 'link')));
    expect(Object.keys(await s.untilEqual())).toEqual(['a.py', 'link', 'renamed.py']);
    expect(readFileSync(join(s.root, 'a.py'), 'utf8')).toBe('edited');
  });

  test('stays there when it is ignored, a product of running, or excluded', async () => {
    await using s = await openSyncTest({ files: { 'static/keep.css': '' } });
    const sync = await s.start({ exclude: ['/app/static'] });
    const program = `
import os
os.makedirs('/app/__pycache__'); os.makedirs('/app/node_modules/x')
for name in ('token.secret', 'debug.log', 'db.sqlite3', 'x.pyc', '__pycache__/a.pyc', 'node_modules/x/y.js', 'static/app.css', 'last.txt'):
    open('/app/' + name, 'w').write('x')
`;
    await s.python(program);
    await until('the last file', () => existsSync(join(s.root, 'last.txt')));
    await sync.settle(s.t.signal);
    expect(s.eventsOf('sync-returned').flatMap((event) => event.paths)).toEqual(['last.txt']);
    expect(existsSync(join(s.root, 'node_modules'))).toBe(false);
  });

  test('and changed on the host at once is a conflict: nothing is overwritten', async () => {
    await using s = await openSyncTest({ files: { 'models.py': 'common' } });
    const sync = await s.start();
    const later = "import time; time.sleep(0.4); open('/app/models.py', 'w').write('container')";
    const written = s.python(later);
    await new Promise((resolve) => setTimeout(resolve, 150));
    writeFileSync(join(s.root, 'models.py'), 'host');
    // Nobody looks at either side until both have changed.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 800);
    await written;
    await until('the conflict', () => s.eventsOf('sync-conflicted').length > 0);
    await sync.settle(s.t.signal);
    const inside = "print(open('/app/models.py').read(), end='')";
    expect(readFileSync(join(s.root, 'models.py'), 'utf8')).toBe('host');
    expect(await s.python(inside)).toBe('container');
    expect(new Set(s.eventsOf('sync-conflicted').map((event) => event.message))).toEqual(
      new Set([
        'models.py was changed here and in the container at once. Neither was overwritten; save it here to send your version.',
      ]),
    );
    writeFileSync(join(s.root, 'models.py'), 'decided');
    await s.untilEqual();
    expect(await s.python(inside)).toBe('decided');
  });
});
