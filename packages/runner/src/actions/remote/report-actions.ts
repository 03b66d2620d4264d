/**
 * Actions that carry a result to a service or into a comment and judge nothing: coverage uploads, comments on pull
 * requests, size bots, notices. Without one of them the verdict on the code is the same. An action that may refuse the
 * change (a linter, a visual test, a quality gate) is not one of them.
 */
const reporting = new Set([
  // coverage
  'codecov/codecov-action',
  'codecov/test-results-action',
  'codecov/bundle-analysis-action',
  'coverallsapp/github-action',
  'codacy/codacy-coverage-reporter-action',
  'paambaati/codeclimate-action',
  'qltysh/qlty-action/coverage',
  'deepsourcecorp/test-coverage-action',
  'davelosert/vitest-coverage-report-action',
  'romeovs/lcov-reporter-action',
  'mishakav/jest-coverage-comment',
  'vebr/jest-lcov-reporter',
  'livecycle/lcov-reporter-action',
  // reports of tests
  'dorny/test-reporter',
  'enricomi/publish-unit-test-result-action',
  'mikepenz/action-junit-report',
  'ctrf-io/github-test-reporter',
  'daun/playwright-report-summary',
  'trunk-io/analytics-uploader',
  'buildpulse/buildpulse-action',
  'datadog/junit-upload-github-action',
  'github/codeql-action/upload-sarif',
  // comments and labels
  'marocchino/sticky-pull-request-comment',
  'thollander/actions-comment-pull-request',
  'peter-evans/create-or-update-comment',
  'peter-evans/find-comment',
  'mshick/add-pr-comment',
  'actions-cool/maintain-one-comment',
  'actions/labeler',
  // sizes
  'andresz1/size-limit-action',
  'preactjs/compressed-size-action',
  'relative-ci/agent-action',
  'relative-ci/agent-upload-artifact-action',
  // notices
  'slackapi/slack-github-action',
  '8398a7/action-slack',
  'act10ns/slack',
  'rtcamp/action-slack-notify',
  'ravsamhq/notify-slack-action',
  'sarisia/actions-status-discord',
  'ilshidur/action-discord',
  'appleboy/telegram-action',
  'appleboy/discord-action',
  'skitionek/notify-microsoft-teams',
])

/** Reporters of tests that fail the step by what they read are judges: where tests may fail, they alone decide. */
const judging: Readonly<Record<string, (inputs: Readonly<Record<string, string>>) => boolean>> = {
  'dorny/test-reporter': inputs => inputs['fail-on-error'] !== 'false',
  'mikepenz/action-junit-report': inputs => inputs['fail_on_failure'] === 'true',
  'enricomi/publish-unit-test-result-action': inputs => inputs['action_fail'] === 'true',
}

/** Whether a step with this action only tells others what was found. @example isReport('codecov/codecov-action@v5', {}) */
export function isReport(uses: string, inputs: Readonly<Record<string, string>>): boolean {
  const name = (uses.split('@')[0] ?? '').toLowerCase()
  return reporting.has(name) && !judging[name]?.(inputs)
}
