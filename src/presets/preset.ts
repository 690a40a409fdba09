/** A file of a project that a preset makes. */
export interface PresetFile {
  /** Relative to the project, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly isExecutable: boolean;
}

/** A project to begin with: data, read from a directory. */
export interface Preset {
  readonly name: string;
  readonly summary: string;
  readonly files: readonly PresetFile[];
}

/** Stands for the project's name in every file of a preset. */
const namePlaceholder = 'PROJECT_NAME';

/** The files of a new project, with its name filled in. */
export function nameFiles(preset: Preset, name: string): readonly PresetFile[] {
  return preset.files.map((file) => ({
    ...file,
    path: file.path.replaceAll(namePlaceholder, name),
    text: file.text.replaceAll(namePlaceholder, name),
  }));
}
