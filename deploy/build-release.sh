#!/usr/bin/env bash
# Builds everything once into release/: the dashboard's files and the server's image. Both environments get these bytes.
set -euo pipefail
cd "$(dirname "$0")/.."

pnpm build
rm -rf release
mkdir -p release
cp -R apps/dashboard/dist release/dashboard

# Only a builder of its own can write an OCI archive, whose digest survives every later copy.
docker buildx create --name release --use >/dev/null 2>&1 || docker buildx use release
docker buildx build --file deploy/Dockerfile --provenance=false --output type=oci,dest=release/server.tar .

digest="$(skopeo inspect --format '{{.Digest}}' oci-archive:release/server.tar)"
echo "$digest" >release/server.digest
git rev-parse HEAD >release/commit
echo "server $digest"
