import { describe, expect, it } from 'vitest';
import { addLaunch, describeLaunch } from '../../../src/reload/launch-configuration.ts';

const launch = describeLaunch('shop', 'web', 5678, '/app');

describe('addLaunch', () => {
  it('begins a file', () => {
    expect(addLaunch(undefined, launch)).toMatchInlineSnapshot(`
      "{
        "version": "0.2.0",
        "configurations": [
          {
            "name": "shop web (djdev debug)",
            "type": "debugpy",
            "request": "attach",
            "connect": {
              "host": "127.0.0.1",
              "port": 5678
            },
            "pathMappings": [
              {
                "localRoot": "\${workspaceFolder}",
                "remoteRoot": "/app"
              }
            ],
            "justMyCode": true,
            "restart": true
          }
        ]
      }
      "
    `);
  });

  it('keeps what is there, and takes the place of its own', () => {
    const existing = JSON.stringify({
      inputs: [],
      configurations: [{ name: launch.name, connect: { port: 1 } }, { name: 'Chrome' }],
    });
    expect(JSON.parse(addLaunch(existing, launch) ?? '')).toEqual({
      inputs: [],
      configurations: [{ name: 'Chrome' }, launch],
    });
  });

  it('leaves a file with comments alone', () => {
    expect(addLaunch('{ // mine\n}', launch)).toBeUndefined();
  });
});
