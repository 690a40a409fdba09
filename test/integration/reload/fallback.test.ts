import { beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../../src/context/clock.ts';
import { describeWithEngine, openEngineTest } from '../../support/engine.ts';
import { startReloadContainer } from './reload-container.ts';
import { buildReloadBase } from './reload-image.ts';
import { smallProject } from './small-project.ts';

beforeAll(buildReloadBase, 600_000);

const { 'pages/views.py': views = '' } = smallProject;

describeWithEngine('a gunicorn that cannot be layered', () => {
  it('is sent SIGHUP, and says why once', async () => {
    await using test = await openEngineTest();
    const files = {
      ...smallProject,
      // As a script without an environment would start it: our side is not found.
      'start.py': `import os
os.environ.pop("PYTHONPATH")
os.execvp("gunicorn", ["gunicorn", "site_config.wsgi", "--bind", "0.0.0.0:8000"])
`,
    };
    const web = await startReloadContainer(test, files, ['python3', 'start.py', 'gunicorn']);
    await web.waitForAnswer('/');
    for (const view of ['view2', 'view3']) {
      const paths = await web.edit({ 'pages/views.py': views.replace('view1', view) });
      expect(await web.reloader.reload(paths)).toMatchObject({ kind: 'cold' });
      while (!(await web.get('/')).body.startsWith(view)) await systemClock.sleep(20, test.signal);
    }
    expect(web.events).toEqual([
      {
        type: 'reload-noted',
        note: {
          code: 'plain',
          text: 'The server cannot be reloaded in layers, so each edit reloads it as a whole.',
        },
      },
    ]);
  });
});
