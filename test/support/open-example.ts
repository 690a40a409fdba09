import { cp } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Checkout, openCheckout } from './checkout.ts';
import { withProject } from './with-project.ts';

/** A copy of an example as somebody would clone it. */
export async function openExample(name: string): Promise<Checkout> {
  const project = await withProject({});
  const example = fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
  await cp(example, project.root, {
    recursive: true,
    filter: (path) => !/\/(?:\.env|\.venv|__pycache__|\.djdev|staticfiles)$/.test(path),
  });
  return await openCheckout(project);
}
