#!/usr/bin/env bash
# Rewrites src/*/PublicAPI.Unshipped.txt from what the compiler sees. Review the diff: it is the change of the public API.
set -euo pipefail
cd "$(dirname "$0")/.."
for project in src/*/*.csproj; do
  folder=$(dirname "$project")
  [ -f "$folder/PublicAPI.Unshipped.txt" ] || continue
  printf '#nullable enable\n' >"$folder/PublicAPI.Unshipped.txt"
  dotnet build "$project" --no-incremental -nologo -v q -p:TreatWarningsAsErrors=false -p:WarningsNotAsErrors=RS0016 2>&1 |
    { grep -oE "RS0016: Symbol '.*' is not part of the declared public API" || true; } |
    sed -E "s/^RS0016: Symbol '(.*)' is not part of the declared public API$/\1/" | LC_ALL=C sort -u >>"$folder/PublicAPI.Unshipped.txt"
done
