#!/usr/bin/env bash
# The table of an NVIDIA GPU: decoding, texts from latents, encoding, training, each against the limits of the card.
#   gpu.sh [NAMES]      with the .NET SDK: builds with the CUDA package of TorchSharp and runs
#   gpu.sh pack FILE    with the .NET SDK: packs a program that needs neither .NET nor that package on the other machine
#   gpu.sh run [NAMES]  there, in the unpacked folder: runs it with the libtorch 2.10 in LLAMAVAE_TORCH, or else with
#                       that of the Python package torch
# NAMES are gpu and gpu-tinyllama by default; gpu-rehearsal is the same table on the CPU, to see that all is in place.
# The figures go to artifacts/gpu.json in the current folder; ROUNDS (5) is how often each is measured.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

fail() {
    echo "gpu.sh: $1" >&2
    exit 1
}

arguments() {
    [ $# -gt 0 ] || set -- gpu gpu-tinyllama
    benchmarks=("$@" --rounds "${ROUNDS:-5}" --json artifacts/gpu.json)
}

case "${1:-}" in
    pack)
        [ $# -eq 2 ] || fail "pack needs the name of the file to write, for example: gpu.sh pack llamavae-gpu.tar.gz"
        folder=$(mktemp -d)
        trap 'rm -rf "$folder"' EXIT
        dotnet publish "$here" -c Release -r linux-x64 --self-contained -p:TorchBackend=none -o "$folder"
        cp "$here/gpu.sh" "$folder"
        tar -czf "$2" -C "$folder" .
        ;;
    run)
        shift
        arguments "$@"
        if [ -z "${LLAMAVAE_TORCH:-}" ]; then
            find='import os, torch; print(torch.__version__, os.path.join(os.path.dirname(torch.__file__), "lib"))'
            read -r version LLAMAVAE_TORCH < <(python3 -c "$find") ||
                fail "no libtorch: set LLAMAVAE_TORCH to the folder with libtorch_cpu.so of libtorch 2.10, or install Python's torch 2.10"
            [[ $version == 2.10.* ]] || fail "Python's torch is $version; TorchSharp 0.107 needs the libtorch of 2.10"
        fi
        LLAMAVAE_TORCH=$(cd "$LLAMAVAE_TORCH" && pwd) || fail "LLAMAVAE_TORCH is not a folder"
        export LLAMAVAE_TORCH
        # Python's torch keeps CUDA's own libraries in packages beside it.
        for folder in "$LLAMAVAE_TORCH"/../../nvidia/*/lib; do
            [ ! -d "$folder" ] || LD_LIBRARY_PATH="$folder:${LD_LIBRARY_PATH:-}"
        done
        export LD_LIBRARY_PATH="$LLAMAVAE_TORCH:${LD_LIBRARY_PATH:-}"
        "$here/Microsoft.ML.LlamaVae.Benchmarks" "${benchmarks[@]}"
        ;;
    *)
        arguments "$@"
        dotnet run -c Release --project "$here" -p:TorchBackend=cuda -- "${benchmarks[@]}"
        ;;
esac
