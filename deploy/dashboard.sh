#!/usr/bin/env bash
# Puts the dashboard of release/ on Vercel: staged first, without a domain, then promoted without a build.
# Needs API_URL, VERCEL_ORG_ID, VERCEL_PROJECT_ID, VERCEL_TOKEN.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${API_URL:?}" "${VERCEL_ORG_ID:?}" "${VERCEL_PROJECT_ID:?}" "${VERCEL_TOKEN:?}"
readonly vercel=(npx --yes vercel@64.0.2 --token "$VERCEL_TOKEN")

node tools/vercel-output.ts release/dashboard "$API_URL"
# Vercel's client has been seen to wait for half an hour without a word; `timeout` ends it.
url="$(timeout 600 "${vercel[@]}" deploy --prebuilt --prod --skip-domain --yes --meta "commit=$(cat release/commit)")"
case "$url" in
  https://*) echo "staged at $url" ;;
  *) echo "expected the address of a deployment, got: $url" >&2 && exit 1 ;;
esac
timeout 300 "${vercel[@]}" promote "$url" --yes
