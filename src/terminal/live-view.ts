import { DefaultRenderer, Listr, ListrLogger, ProcessOutput } from 'listr2';
import type { Event } from '../report/event.ts';
import type { Style } from '../report/formats/style.ts';
import { outcomeMark } from '../report/formats/text.ts';
import type { StepId } from '../report/step.ts';
import type { Screen } from './screen.ts';
import { StepBoard, type StepRow, formatRow } from './step-board.ts';
import type { View } from './view.ts';

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const showCursor = '\u001B[?25h';

/**
 * A list of steps that changes in place. listr2 only draws: its tasks wait for the events that
 * end their steps, and none of them can fail.
 */
export function createLiveView(screen: Screen, style: Style): View {
  const write = screen.write.bind(screen);
  const restoreCursor = (): void => void write(showCursor);
  let list: TaskList | undefined;
  let note = '';
  process.once('exit', restoreCursor);
  return {
    show(event) {
      if (event.type === 'run-started') list = startList(screen, style, event.steps, () => note);
      else list?.show(event);
    },
    note(text) {
      note = text;
      if (list === undefined) write(`${text}\n`);
    },
    async close() {
      note = '';
      await list?.close();
      process.off('exit', restoreCursor);
    },
  };
}

interface TaskList {
  readonly show: (event: Event) => void;
  readonly close: () => Promise<void>;
}

function startList(
  screen: Screen,
  style: Style,
  steps: readonly StepId[],
  readNote: () => string,
): TaskList {
  const board = new StepBoard(steps);
  const ends = new Map(steps.map((id) => [id, Promise.withResolvers<void>()]));
  const list = new Listr(
    steps.map((id) => ({ title: id, task: () => ends.get(id)?.promise })),
    {
      concurrent: true,
      registerSignalListeners: false,
      renderer: createRenderer(board, style, readNote),
      rendererOptions: {
        formatOutput: 'truncate',
        logger: new ListrLogger({
          useIcons: true,
          toStderr: [],
          processOutput: new ProcessOutput(asTerminal(screen), asTerminal(screen)),
        }),
      },
    },
  );
  const drawn = list.run();
  return {
    show(event) {
      const row = board.apply(event);
      if (row !== undefined && hasEnded(row)) ends.get(row.id)?.resolve();
    },
    async close() {
      for (const end of ends.values()) end.resolve();
      await drawn;
    },
  };
}

function hasEnded({ state }: StepRow): boolean {
  return state !== 'waiting' && state !== 'running';
}

/** listr2 writes to it and reads its size; the rest of a terminal's type it does not touch. */
function asTerminal(screen: Screen): NodeJS.WriteStream {
  return screen as unknown as NodeJS.WriteStream;
}

type RendererArguments = ConstructorParameters<typeof DefaultRenderer>;

/** The renderer of listr2 with our marks, our titles and a line for djdev's own words. */
function createRenderer(board: StepBoard, style: Style, readNote: () => string) {
  return class StepRenderer extends DefaultRenderer {
    // listr2 asks whether stdout is a terminal; we draw on the screen we were given.
    static override nonTTY = true;
    readonly #tasks: RendererArguments[0];

    constructor(...[tasks, options, events]: RendererArguments) {
      super(tasks, options, events);
      this.#tasks = tasks;
    }

    override create(options?: Parameters<DefaultRenderer['create']>[0]): string {
      const now = Date.now();
      for (const task of this.#tasks) {
        const row = rowOf(task);
        if (row !== undefined) task.title = formatRow(row, now, style);
      }
      const note = readNote();
      const drawn = super.create(options);
      return note === '' ? drawn : `${drawn}\n\n${note}`;
    }

    protected override style(task: RendererArguments[0][number]): string {
      const state = rowOf(task)?.state ?? 'waiting';
      if (state === 'waiting') return style.dim('·');
      if (state !== 'running') return outcomeMark(state, style);
      return style.cyan(spinner[Math.floor(Date.now() / 100) % spinner.length] ?? '');
    }
  };

  function rowOf(task: RendererArguments[0][number]): StepRow | undefined {
    return [...board.rows.values()].find((row) => row.id === task.initialTitle);
  }
}
