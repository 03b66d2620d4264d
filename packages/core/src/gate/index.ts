/** Every gate there is: this list is the only one. */
export { ciGreen } from './ci-green.ts'
export { e2eGreen } from './e2e-green.ts'
export { migrationsSafe } from './migrations-safe.ts'
export { noNewIssues } from './no-new-issues.ts'
export { soak } from './soak.ts'
