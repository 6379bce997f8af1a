#!/usr/bin/env bash
# Runs checker for the action: the table and annotations to the log, a summary to the page of the run, reports to a
# folder, the outputs `result` and `report`. Ends with checker's exit code. Works with the bash 3.2 of macOS.
#
# Reads INPUT_PATHS, INPUT_REPLAY, INPUT_POLICY, INPUT_FORMATS, INPUT_OUTPUT, INPUT_ARGS; CHECKER is the command.
set -euo pipefail
set -f # a name with a star is a name

usage() {
    echo "::error title=checker::$1"
    finish 2
}

# Says how it ended, to the workflow and to the reader, and ends so.
finish() {
    local code=$1 result report='' delimiter
    summary >>"${GITHUB_STEP_SUMMARY:-/dev/null}" || untold 'the summary of the run'
    case $code in
    0) result=PASSED ;;
    1) result=FAILED ;;
    2) result=INVALID ;;
    3) result=INCONCLUSIVE ;;
    *) result=ERROR ;;
    esac
    if ours "$output/report.json"; then report=$output/report.json; fi
    # A delimiter that nobody can guess: no path can end the value and add an output of its own.
    delimiter=checker_$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    {
        echo "result=$result"
        printf 'report<<%s\n%s\n%s\n' "$delimiter" "$report" "$delimiter"
    } >>"${GITHUB_OUTPUT:-/dev/null}" || untold 'the outputs of the step'
    exit "$code"
}

# Says what the workflow did not get. Of the exit codes, only 0 becomes another.
untold() {
    echo "::error title=checker::$1 cannot be written"
    if [ "$code" -eq 0 ]; then code=4; fi
}

summary() {
    if ours "$output/report.md"; then
        cat -- "$output/report.md"
    else
        printf '## RELEASE: NOT ALLOWED (exit %d)\n\nThere is no report; the log of the step says why.\n' "$code"
    fi
}

# Whether a file is a report of checker: each format has the headline.
ours() {
    grep -qsF 'RELEASE: ' -- "$1"
}

file_of() {
    case $1 in
    json) echo report.json ;;
    markdown) echo report.md ;;
    junit) echo junit.xml ;;
    sarif) echo checker.sarif ;;
    html) echo report.html ;;
    table) echo report.txt ;;
    *) return 1 ;;
    esac
}

output=${INPUT_OUTPUT:-checker-report}
mkdir -p -- "$output" || usage 'the input output names no folder that can be made'
for each in json markdown junit sarif html table; do
    # What an earlier run left here is not this run's answer. What others put here may be what a promise reads.
    if ours "$output/$(file_of "$each")"; then rm -f -- "$output/$(file_of "$each")"; fi
done

arguments=(run -f table -f github "--format=markdown=$output/report.md" "--format=json=$output/report.json")
for each in ${INPUT_FORMATS:-}; do
    file=$(file_of "$each") || usage "the input formats names json, junit, sarif, html, markdown or table, and nothing else"
    case $each in
    json | markdown) ;;
    *) arguments+=("--format=$each=$output/$file") ;;
    esac
done
if [ -n "${INPUT_REPLAY:-}" ]; then arguments+=("--replay=$INPUT_REPLAY"); fi
if [ -n "${INPUT_POLICY:-}" ]; then arguments+=("--policy=$INPUT_POLICY"); fi

# Adds each line that is not blank, without the white space around it.
add_lines() {
    local each
    while IFS= read -r each || [ -n "$each" ]; do
        each=${each%$'\r'}
        each=${each#"${each%%[![:space:]]*}"}
        each=${each%"${each##*[![:space:]]}"}
        if [ -n "$each" ]; then arguments+=("$each"); fi
    done <<<"$1"
}

# An option and its value on one line are one argument, which checker would take for the name of a file.
if grep -Eq '^[[:space:]]*-[^=[:space:]]+[[:space:]]+[^[:space:]]' <<<"${INPUT_ARGS:-}"; then
    usage 'the input args is one argument a line: join an option to its value, as in --record=evidence.jsonl'
fi
add_lines "${INPUT_ARGS:-}"
arguments+=(--) # what follows are paths, whatever they begin with
before=${#arguments[@]}
add_lines "${INPUT_PATHS:-}"
if [ "${#arguments[@]}" -eq "$before" ]; then usage 'the input paths is empty: nothing checked is never a pass'; fi

code=0
"${CHECKER:-checker}" "${arguments[@]}" || code=$?
if [ "$code" -eq 0 ] && ! ours "$output/report.json"; then
    echo '::error title=checker::it ended with 0 and without a report'
    code=4
fi
finish "$code"
