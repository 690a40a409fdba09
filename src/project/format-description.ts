import path from 'node:path';
import { Document, isCollection, isMap, isScalar, type YAMLMap } from 'yaml';
import type { Project } from './project.ts';

/** The project in the shape of a manifest, as YAML with each value's origin at its line's end. */
export function formatDescription(
  project: Project,
  content: Readonly<Record<string, unknown>>,
  origins: Readonly<Record<string, string>>,
): string {
  const document = new Document(content, { aliasDuplicateObjects: false });
  const { contents } = document;
  if (isMap(contents)) addComments(contents, '', origins);
  const files = project.manifests.map((file) => path.relative(project.root, file));
  document.commentBefore =
    files.length === 0
      ? ` ${project.id} in ${project.root}\n No manifest: everything is derived from the project’s own files.`
      : ` ${project.id} in ${project.root}, from ${files.join(' and ')}`;
  return document.toString({ lineWidth: 0, flowCollectionPadding: true }).trimEnd();
}

function addComments(
  map: YAMLMap,
  prefix: string,
  origins: Readonly<Record<string, string>>,
): void {
  for (const { key, value } of map.items) {
    const keyPath = prefix + (isScalar(key) ? String(key.value) : '');
    const isGenerated = isMap(value) && prefix.startsWith('app.env.') && value.has('generate');
    if (isMap(value) && !isGenerated) addComments(value, `${keyPath}.`, origins);
    else if ((isCollection(value) || isScalar(value)) && keyPath !== 'rehearse.smoke') {
      if (isCollection(value)) value.flow = true;
      const origin = origins[keyPath];
      if (origin !== undefined) value.comment = ` ${origin}`;
    }
  }
}
