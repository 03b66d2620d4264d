import { textOf, valueAt } from '@gantry/workflow'
import { inputOf, type LintJob, type LintStep, runText } from './lint-file.ts'

const publishCommand =
  /\b(npm|pnpm|yarn|bun|lerna|changeset|cargo|uv|poetry|nx)\b(?![^\n]*(?:--dry-run|pkg-pr-new))[^\n]*\bpublish\b|\bdocker\b[^\n]*\bpush\b|\bgh release (create|upload)\b|\bsemantic-release\b|\bgoreleaser\b[^\n]*\brelease\b|\btwine upload\b|\bgem push\b/
const publishAction =
  /^(softprops\/action-gh-release|js-devtools\/npm-publish|ncipollo\/release-action|goreleaser\/goreleaser-action|pypa\/gh-action-pypi-publish|cycjimmy\/semantic-release-action|svenstaro\/upload-release-action)$/

/** Puts something where others fetch it: a registry, a release. */
export const publishes = (step: LintStep): boolean =>
  publishCommand.test(runText(step)) ||
  publishAction.test(step.uses?.action ?? '') ||
  (step.uses?.action === 'docker/build-push-action' && textOf(inputOf(step, 'push')?.value) === 'true')

const deployCommand =
  /\b(vercel|netlify)\b[^\n]*\bdeploy\b[^\n]*--prod|\b(wrangler|flyctl|fly|firebase|sst|cdk|serverless)\s+deploy\b|\bterraform apply\b|\bhelm upgrade\b|\bkubectl (apply|set image|rollout restart)\b|\bsupabase db push\b/
const deployAction =
  /^(actions\/deploy-pages|azure\/webapps-deploy|google-github-actions\/deploy-.*|aws-actions\/amazon-ecs-deploy-task-definition|superfly\/flyctl-actions|jamesives\/github-pages-deploy-action|peaceiris\/actions-gh-pages)$/

/** A script or a task of their own with such a name: `./deploy.sh`, `pnpm run deploy`, `make release`. */
const ownDeployment = /(^|[\s/])(deploy|release|publish|migrate|rollout)([\w:.-]*)(\s|$)/m

/** Changes what runs somewhere. */
export const deploys = (step: LintStep): boolean =>
  deployCommand.test(runText(step)) || ownDeployment.test(runText(step)) || deployAction.test(step.uses?.action ?? '')

/** The name a job's environment has in the file; empty without one. */
export function environmentOf(job: LintJob): string {
  const environment = valueAt(job.value, 'environment')
  return textOf(environment?.kind === 'map' ? valueAt(environment, 'name') : environment)
}
