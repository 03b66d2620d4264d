#!/usr/bin/env bash
# Applies the migrations the database does not have yet. Needs SUPABASE_PROJECT_REF, SUPABASE_ACCESS_TOKEN, SUPABASE_DB_PASSWORD.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${SUPABASE_PROJECT_REF:?}" "${SUPABASE_ACCESS_TOKEN:?}" "${SUPABASE_DB_PASSWORD:?}"

pnpm exec supabase db push --dry-run --remote="$SUPABASE_PROJECT_REF"
pnpm exec supabase db push --yes --remote="$SUPABASE_PROJECT_REF"
