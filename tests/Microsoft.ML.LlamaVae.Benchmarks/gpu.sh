#!/usr/bin/env bash
# The decoder's table on an NVIDIA GPU.
#   gpu.sh            with the .NET SDK: builds with the CUDA package of TorchSharp and runs
#   gpu.sh pack FILE  with the .NET SDK: packs a program that needs neither .NET nor that package on the other machine
#   gpu.sh run        there, in the unpacked folder: runs it with the libtorch 2.10 in LLAMAVAE_TORCH, or else with
#                     that of the Python package torch
# The figures go to artifacts/gpu.json.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
benchmarks=(gpu gpu-tinyllama --rounds 5 --json artifacts/gpu.json)
case "${1:-}" in
    pack)
        folder=$(mktemp -d)
        trap 'rm -rf "$folder"' EXIT
        dotnet publish "$here" -c Release -r linux-x64 --self-contained -p:TorchBackend=none -o "$folder"
        cp "$here/gpu.sh" "$folder"
        tar -czf "$2" -C "$folder" .
        ;;
    run)
        : "${LLAMAVAE_TORCH:=$(python3 -c 'import os, torch; print(os.path.join(os.path.dirname(torch.__file__), "lib"))')}"
        export LLAMAVAE_TORCH
        # Python's torch keeps CUDA's own libraries in packages beside it.
        for folder in "$LLAMAVAE_TORCH"/../../nvidia/*/lib; do
            [ ! -d "$folder" ] || LD_LIBRARY_PATH="$folder:${LD_LIBRARY_PATH:-}"
        done
        export LD_LIBRARY_PATH="$LLAMAVAE_TORCH:${LD_LIBRARY_PATH:-}"
        "$here/Microsoft.ML.LlamaVae.Benchmarks" "${benchmarks[@]}"
        ;;
    *)
        dotnet run -c Release --project "$here" -p:TorchBackend=cuda -- "${benchmarks[@]}"
        ;;
esac
