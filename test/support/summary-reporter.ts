import { writeFileSync } from 'node:fs';
import type { TestCase, TestModule } from 'vitest/node';

/** What `bin/test` reads after a project of tests. */
interface Summary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Names and messages, to be repeated at the end of a long output. */
  readonly failures: readonly string[];
  /** Tests that passed on their second try: they want looking into. */
  readonly unsteady: readonly string[];
}

/** Writes a `Summary` as JSON to the file that DJDEV_TEST_SUMMARY names. */
export default class SummaryReporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly { message: string }[]): void {
    const path = process.env.DJDEV_TEST_SUMMARY;
    if (path) writeFileSync(path, JSON.stringify(summarise(modules, unhandled)));
  }
}

function summarise(
  modules: readonly TestModule[],
  unhandled: readonly { message: string }[],
): Summary {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const ending = (state: string): TestCase[] =>
    tests.filter((test) => test.result().state === state);
  // A file that does not load and an error outside of any test have no failed test to their name.
  const outside = [
    ...modules.flatMap((module) =>
      [...module.children.allSuites(), module].flatMap((suite) =>
        suite.errors().map((error) => `${module.moduleId}: ${error.message}`),
      ),
    ),
    ...unhandled.map(({ message }) => `outside of any test: ${message}`),
  ];
  const failed = ending('failed').map(
    (test) => `${place(test)}: ${test.result().errors?.[0]?.message ?? ''}`,
  );
  return {
    passed: ending('passed').length,
    failed: failed.length + outside.length,
    skipped: ending('skipped').length,
    failures: [...failed, ...outside],
    unsteady: tests.filter((test) => test.diagnostic()?.flaky === true).map(place),
  };
}

function place(test: TestCase): string {
  return `${test.module.relativeModuleId} > ${test.fullName}`;
}
