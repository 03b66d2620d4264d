import { mkdir, writeFile } from 'node:fs/promises'
import { arch } from 'node:os'
import { dirname, join } from 'node:path'
import { findOwnPnpm } from './own-pnpm.ts'

/**
 * Writes the `pnpm` that jobs find when they set up none: the version that the repository around them pins by
 * `packageManager`, fetched once where it is another, else Gantry's own. With another than the pinned one a lockfile, or
 * what is installed, comes out otherwise than on GitHub. Nothing where Gantry has no pnpm.
 * @param toolDir where versions that actions fetched lie
 */
export async function writePnpmCommand(path: string, toolDir: string): Promise<void> {
  const own = findOwnPnpm()
  if (own === undefined) return
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, scriptFor({ program: join(own.folder, 'pnpm'), version: own.version, toolDir }), {
    mode: 0o755,
  })
}

/** Looks upward as Corepack does: the nearest package.json that pins a version. */
function scriptFor({ program, version, toolDir }: { program: string; version: string; toolDir: string }): string {
  return `#!/bin/sh
own=${quoted(program)}
version=
folder=$PWD
while [ -n "$folder" ] && [ -z "$version" ]; do
  if [ -f "$folder/package.json" ]; then
    version=$(sed -n 's/.*"packageManager"[[:space:]]*:[[:space:]]*"pnpm@\\([0-9][^"+]*\\).*/\\1/p' "$folder/package.json" | head -n 1)
  fi
  folder=\${folder%/*}
done
if [ -z "$version" ] || [ "$version" = ${quoted(version)} ]; then exec "$own" "$@"; fi
program=node_modules/.bin/pnpm
kept=${quoted(join(toolDir, 'pnpm'))}/$version/${arch()}
if [ -x "$kept/$program" ]; then exec "$kept/$program" "$@"; fi
kept=$HOME/.cache/gantry/pnpm/$version/${arch()}
if ! [ -x "$kept/$program" ]; then
  mkdir -p "\${kept%/*}" && staging=$(mktemp -d "\${kept%/*}/.XXXXXX") || exit 1
  echo '{"private":true}' >"$staging/package.json"
  if ! said=$(cd "$staging" && env npm_config_user_agent= pnpm_config_fetch_retries=1 pnpm_config_ignore_workspace=true pnpm_config_minimum_release_age=0 \\
    pnpm_config_dangerously_allow_all_builds=true \${npm_config_registry:+pnpm_config_registry="$npm_config_registry"} "$own" add --save-exact "pnpm@$version" 2>&1); then
    rm -rf "$staging"
    echo "expected pnpm $version, which packageManager in package.json asks for, got none from the registry; it is fetched once, with a network" >&2
    printf '%s\\n' "$said" >&2
    exit 1
  fi
  # Another step may have been faster: its folder is as good.
  if [ -e "$kept" ] || ! mv "$staging" "$kept" 2>/dev/null; then rm -rf "$staging"; fi
fi
exec "$kept/$program" "$@"
`
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
