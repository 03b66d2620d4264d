export { type PageEnv, readPageEnv } from './page-env.ts'
export { reportErrors } from './report-errors.ts'
