export { appManifest, appSlugOf, convertManifestCode } from './app-manifest.ts'
export { type AppIdentity, appClient, installationOf, installationTokens } from './app-tokens.ts'
export { type GitHubClient, githubClient, isDenied, pagesOf, retryAtOf, statusOf } from './client.ts'
export { readCommitChecks } from './commit-checks.ts'
export { mirrorDeployment, mirrorStatus } from './deployments.ts'
export {
  answerRule,
  findRun,
  isMarked,
  isStartedBy,
  ownLogin,
  pendingEnvironments,
  runOn,
  startRun,
} from './dispatch.ts'
export { keysOfIssuer, readJobToken } from './job-token.ts'
export { pullsOf, writeComment } from './pull-comment.ts'
export { newestRunOf, readPull } from './pull-request.ts'
export { type MovedBranch, movedBranches, pushOf } from './pushes.ts'
export { runsSince, runsThatWait } from './runs.ts'
