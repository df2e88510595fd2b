#!/usr/bin/env bash
# Tries a newcomer's commands on a machine that has nothing: a bare Debian 12 (minbase and certificates) with Node and npm.
#
#   test/tools/fresh-machine.sh [--npm VERSION] [--base FOLDER] ['COMMAND' ...]
#
# Each COMMAND runs in a clone of its own (the last commit, not the working tree) with an empty npm cache. Without any:
# the two of the README. Needs root on Linux with debootstrap and Node 20; takes half a minute before the first command.
#   --npm VERSION   this npm instead of the machine's own, e.g. 10, which comes with Node 20
#   --base FOLDER   keep the bare Debian there, and use it if it is there already
set -euo pipefail

npm_version='' base='' commands=()
while [ $# -gt 0 ]; do
  case $1 in
    --npm) npm_version=$2; shift 2 ;;
    --base) base=$2; shift 2 ;;
    -*) sed -n '2,11s/^# \{0,1\}//p' "$0"; exit 2 ;;
    *) commands+=("$1"); shift ;;
  esac
done
[ ${#commands[@]} -gt 0 ] || commands=('npm ci && npm run demo -- --auto' 'npm ci && npm test')

# Mounts belong to a name space of their own and end with it: nothing of this machine can be deleted through them.
if [ -z "${TIDINGS_FRESH_MACHINE:-}" ]; then
  [ "$(id -u)" = 0 ] || { echo 'Only root can set up another system.'; exit 1; }
  command -v debootstrap >/dev/null || { echo 'debootstrap is needed: apt-get install debootstrap'; exit 1; }
  [ -n "$base" ] && set -- --base "$base" || set --
  [ -n "$npm_version" ] && set -- --npm "$npm_version" "$@"
  work=$(mktemp -d /var/tmp/fresh-machine-XXXXXX)
  trap 'rm -rf --one-file-system "$work"' EXIT
  trap 'kill "$child"; wait "$child" || true; exit 143' INT TERM HUP
  TIDINGS_FRESH_MACHINE=$work \
    unshare --mount --pid --fork --kill-child --propagation private "$0" "$@" "${commands[@]}" &
  child=$!
  wait "$child"
  exit
fi

repository=$(cd "$(dirname "$0")/../.." && pwd)
work=$TIDINGS_FRESH_MACHINE
machine=$work/root

# 1. The bare system.
if [ -n "$base" ] && [ -x "$base/usr/bin/apt-get" ]; then
  cp -a "$base" "$machine"
else
  echo "Debian 12 …"
  debootstrap --variant=minbase --include=ca-certificates bookworm "$machine" >"$work/debootstrap.log" 2>&1 ||
    { tail -n 20 "$work/debootstrap.log"; exit 1; }
  [ -z "$base" ] || cp -a "$machine" "$base"
fi

# 2. Node and npm, as installed here.
npm_folder=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
install -D "$(readlink -f "$(command -v node)")" "$machine/usr/local/bin/node"
mkdir -p "$machine/usr/local/lib/node_modules"
cp -a "$npm_folder" "$machine/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$machine/usr/local/bin/npm"
ln -s ../lib/node_modules/npm/bin/npx-cli.js "$machine/usr/local/bin/npx"

# 3. How this machine reaches the network; only for this run, and only in memory where it is a setting.
cp -L /etc/resolv.conf /etc/hosts "$machine/etc/"
inside=(PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin HOME=/root LANG=C.UTF-8 TERM=dumb)
inside+=("npm_config_registry=$(npm config get registry)")
authorities=${NODE_EXTRA_CA_CERTS:-$(npm config get cafile)}
if [ -f "$authorities" ]; then
  cp -L "$authorities" "$machine/etc/ssl/certs/ca-certificates.crt"
  inside+=(NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt npm_config_cafile=/etc/ssl/certs/ca-certificates.crt)
fi
for name in HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy; do
  [ -z "${!name:-}" ] || inside+=("$name=${!name}")
done
mount -t proc proc "$machine/proc"
mkdir -p "$machine/dev/shm"
mount -t tmpfs tmpfs "$machine/dev/shm"
run() { chroot "$machine" env -i "${inside[@]}" bash -c "$1"; }

[ -z "$npm_version" ] || run "npm install --global --silent npm@$npm_version"
echo "A bare $(run '. /etc/os-release && echo "$PRETTY_NAME"') with Node $(run 'node --version') and npm $(run 'npm --version')"

# 4. The commands.
results=() failures=0
for command in "${commands[@]}"; do
  clone=root/tidings
  rm -rf --one-file-system "$machine/root/.npm" "${machine:?}/$clone"
  git -c safe.directory="$repository" clone --quiet --no-hardlinks "$repository" "$machine/$clone"
  printf '\n$ %s\n' "$command"
  started=$SECONDS status=0
  run "cd /$clone && $command" </dev/null || status=$?
  [ "$status" = 0 ] || failures=$((failures + 1))
  results+=("$(printf '%4d s  status %d  %s' $((SECONDS - started)) "$status" "$command")")
done

echo
printf '%s\n' "${results[@]}"
[ "$failures" = 0 ]
