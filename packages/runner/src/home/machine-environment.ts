/**
 * Variables of this machine that a job, or a service of the sample, needs to work at all: nothing else is passed on, so that no
 * token leaks into a run. pnpm 12 reads its own settings from `pnpm_config_*` alone, older ones from `npm_config_*`.
 */
const passedOn = [
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_\w+|TZ|TMPDIR|TERM|SHELL|XDG_\w+)$/,
  /^((HTTPS?|NO|ALL)_PROXY|(https?|no|all)_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|GIT_SSL_CAINFO)$/,
  // Without it Node itself knows of no proxy, and so do `gantry` and every other program of Node in a job.
  /^NODE_USE_ENV_PROXY$/,
  /^((npm|pnpm)_config_(registry|cafile|store_dir)|PNPM_HOME|COREPACK_(NPM_REGISTRY|INTEGRITY_KEYS)|CHROMIUM_PATH)$/,
]

export function machineEnvironment(all: Record<string, string | undefined>): Record<string, string> {
  const isPassedOn = (pair: [string, string | undefined]): pair is [string, string] =>
    pair[1] !== undefined && passedOn.some(pattern => pattern.test(pair[0]))
  return Object.fromEntries(Object.entries(all).filter(isPassedOn))
}
