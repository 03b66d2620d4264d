#!/bin/sh
# A mounted volume belongs to root at first; the server must not run as root.
set -eu
if [ "$(id -u)" = 0 ]; then
  mkdir -p "$GANTRY_HOME"
  chown node:node "$GANTRY_HOME"
  exec setpriv --reuid=node --regid=node --init-groups env HOME=/home/node "$@"
fi
exec "$@"
