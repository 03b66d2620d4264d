#!/usr/bin/env bash
# Puts the image of release/ into one Fly.io app, by digest. Needs FLY_APP, FLY_API_TOKEN.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${FLY_APP:?}" "${FLY_API_TOKEN:?}"

digest="$(cat release/server.digest)"
tag="registry.fly.io/$FLY_APP:$(cat release/commit)"
flyctl auth docker
skopeo copy --preserve-digests --retry-times 3 oci-archive:release/server.tar "docker://$tag"

pushed="$(skopeo inspect --format '{{.Digest}}' "docker://$tag")"
if [ "$pushed" != "$digest" ]; then
  echo "expected $digest at $tag, found $pushed" >&2
  exit 1
fi

flyctl deploy --app "$FLY_APP" --config deploy/fly.toml --image "registry.fly.io/$FLY_APP@$digest" --yes
