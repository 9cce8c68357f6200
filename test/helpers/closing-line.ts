import type { Reporter, SerializedError, TestModule, Vitest } from 'vitest/node';

/** Prints `N passed, N failed` (`, N skipped` if any) as the last line of a run, never 0 failed when the run is red. */
class ClosingLine implements Reporter {
  #passed = 0;
  #failed = 0;
  #skipped = 0;
  #watch = false;

  onInit(vitest: Vitest): void {
    this.#watch = vitest.config.watch;
    // Other reporters may print after this one; nothing prints after the exit event.
    if (!this.#watch) process.once('exit', code => this.#print(code));
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    this.#passed = count(modules, 'passed');
    this.#failed = count(modules, 'failed') + modules.flatMap(suiteErrors).length + unhandled.length;
    this.#skipped = count(modules, 'skipped');
    if (this.#watch) this.#print(0);
  }

  #print(exitCode: number): void {
    const failed = exitCode === 0 ? this.#failed : Math.max(this.#failed, 1);
    const skipped = this.#skipped > 0 ? `, ${this.#skipped} skipped` : '';
    process.stdout.write(`${this.#passed} passed, ${failed} failed${skipped}\n`);
  }
}

function count(modules: readonly TestModule[], state: 'passed' | 'failed' | 'skipped'): number {
  return modules.reduce((sum, module) => sum + [...module.children.allTests(state)].length, 0);
}

// A file that does not load, and a beforeAll or afterAll that throws, belong to no test.
function suiteErrors(module: TestModule): SerializedError[] {
  return [module, ...module.children.allSuites()].flatMap(suite => suite.errors());
}

// biome-ignore lint/style/noDefaultExport: vitest loads a reporter by path and takes its default export.
export default ClosingLine;
