import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What takes a worker for ten seconds and more, quiet or not. A file that is missing here costs nothing but a longer end. */
const slow =
  /\/(access|control-plane|crash|databases|delivery|doubts|features|mend-text|merge-coverage|random-scripts|refusals|resume|rows|simulate-verdicts|store)\.test\.ts$/

/**
 * Vitest begins with the largest files where it has no times of an earlier run, as in a fresh checkout. A small file that takes long
 * would come last, and the other workers would wait for it.
 */
export default class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const projects = Map.groupBy(sorted, file => file.project.name)
    return [...projects.values()].flatMap(own => own.toSorted((a, b) => Number(isSlow(b)) - Number(isSlow(a))))
  }
}

const isSlow = ({ moduleId }: TestSpecification): boolean => slow.test(moduleId)
