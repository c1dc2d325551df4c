namespace Alignment.Pipeline.Tests.Runs;

/// <summary>
/// An <c>align</c> that trains nothing and behaves like the real one towards the run's folder. The run.yaml's comments say how:
/// <c># fake-steps: 20</c>, <c># fake-pause: 0.01</c> (seconds from step to step), <c># fake-die: KILL@5</c> (a signal of its own at
/// a step of the first attempt), <c># fake-error: words</c> (an error before the first word in status.json), <c># fake-deaf: 1</c>
/// (hears neither stop file nor SIGTERM), <c># fake-torn: 1</c> (each line in two writes).
/// </summary>
internal static class FakeAlign
{
    /// <summary>The script, for bash.</summary>
    public const string Script = """
        if [ "$1" = doctor ]; then
          echo x >> "$(dirname "$0")/asked"
          echo '{"libtorch_version": "9.9", "cores": 2, "memory_bytes": 1000, "malloc": "tcmalloc", "devices": [{"name": "cpu", "matmul_gflops": 100.0, "problem": null}, {"name": "cuda:0", "matmul_gflops": 0.0, "problem": "no driver"}]}'
          exit 1
        fi
        if [ "$1" = inspect ]; then
          echo '{"family": "llama", "parameters": 1000000, "sizes": {"hidden": 64, "layers": 2, "vocabulary": 1000}}'
          exit 0
        fi
        yaml=$2 resume=0
        shift 2
        while [ $# -gt 0 ]; do
          case $1 in
            --out) out=$2; shift 2 ;;
            --resume) resume=1; shift ;;
            *) shift 2 ;;
          esac
        done
        option() { sed -n "s/^# fake-$1: //p" "$yaml" | head -1; }
        if [ -n "$(option error)" ]; then echo "error: $(option error)" >&2; exit 2; fi
        echo $$ >> "$out/starts"
        ls -l /proc/$$/fd | sed 1d > "$out/handles"
        awk '{ print $6 }' /proc/$$/stat > "$out/session"
        started=$(date -u -d "@$(awk -v now="$(date +%s.%N)" -v ticks="$(awk '{ print $22 }' /proc/$$/stat)" '{ printf "%.3f", now - $1 + ticks / 100 }' /proc/uptime)" +%Y-%m-%dT%H:%M:%S.%3NZ)
        attempt=$(sed -n 's/.*"attempt": *\([0-9]*\).*/\1/p' "$out/status.json" 2>/dev/null)
        attempt=$((${attempt:-0} + 1)) steps=$(option steps) pause=$(option pause) die=$(option die)
        step=0
        [ $resume = 0 ] || step=$(ls "$out/checkpoints" 2>/dev/null | sed 's/step-//' | sort -n | tail -1)
        step=${step:-0}
        now() { date -u +%Y-%m-%dT%H:%M:%S.%3NZ; }
        status() {
          printf '{"state":"%s","reason":"%s","step":%d,"attempt":%d,"process_id":%d,"start_time":"%s","updated":"%s","last_step":%d}\n' \
            "$1" "$2" $step $attempt $$ "$started" "$(now)" "$steps" > "$out/status.json.tmp"
          mv "$out/status.json.tmp" "$out/status.json"
        }
        rm -f "$out/stop"
        stopped=0
        if [ -n "$(option deaf)" ]; then trap '' TERM; else trap 'stopped=1' TERM; fi
        status running
        cp "$yaml" "$out/resolved.yaml"
        echo "the fake trains from step $step" >&2
        while [ $step -lt "$steps" ]; do
          if [ -z "$(option deaf)" ] && { [ -e "$out/stop" ] || [ $stopped = 1 ]; }; then
            mkdir -p "$out/checkpoints/step-$step"
            status stopped "the stop file asked for it"
            exit 0
          fi
          step=$((step + 1))
          line=$(printf '{"step":%d,"attempt":%d,"time":"%s","loss":%d.5,"step_seconds":0.01,"tokens_per_second":50.0}' $step $attempt "$(now)" $step)
          if [ -n "$(option torn)" ]; then
            printf '%s' "${line:0:20}" >> "$out/metrics.jsonl"
            sleep "$pause"
            printf '%s\n' "${line:20}" >> "$out/metrics.jsonl"
          else
            printf '%s\n' "$line" >> "$out/metrics.jsonl"
          fi
          status running
          if [ $attempt = 1 ] && [ "${die#*@}" = $step ]; then kill -"${die%@*}" $$; fi
          sleep "$pause"
        done
        mkdir -p "$out/model"
        echo '{"model_type": "llama"}' > "$out/model/config.json"
        status completed "$steps steps done"
        """;
}
