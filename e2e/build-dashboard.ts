import { requireDashboard } from '../tools/built-dashboard.ts'

/** The pages that the tests open. Its parameter is Playwright's config, which is nothing to the build. */
export default (): Promise<void> => requireDashboard()
