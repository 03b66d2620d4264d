import type { Host } from '../host.ts'

/** Variables of this machine that steps need to work at all. Nothing else is passed on: no token leaks into a run. */
const passedOn =
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_\w+|TZ|TMPDIR|TERM|SHELL|XDG_\w+|(HTTPS?|NO|ALL)_PROXY|(https?|no|all)_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|GIT_SSL_CAINFO|npm_config_(registry|cafile|store_dir)|PNPM_HOME|COREPACK_(NPM_REGISTRY|INTEGRITY_KEYS)|CHROMIUM_PATH)$/

export function stepEnvironment(env: Host['env']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined && passedOn.test(pair[0])),
  )
}
