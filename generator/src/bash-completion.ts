/**
 * The script of `toolspec completion bash`. The one of @bomb.sh/tab needs the package bash-completion, which macOS and containers do
 * not have, declares read-only variables, so that it cannot be read twice, and runs `$(…)` in what is typed when a person presses Tab.
 *
 * Words are told apart at blanks, since bash splits them at `=` and `:` too and then wants the rest of a word alone. It knows bash 3.2.
 * Where nothing fits, bash offers names of files.
 */
export const bashScript = String.raw`# bash completion for toolspec

__toolspec_complete() {
    local line value last known typed="${"$"}{COMP_LINE:0:COMP_POINT}"
    local -a words
    IFS=$' \t' read -ra words <<< "$typed"
    case "$typed" in
        *[[:blank:]]) words+=("") ;;
    esac
    last="${"$"}{words[${"$"}{#words[@]} - 1]}"
    # What bash will replace is what stands behind the last = or :.
    known="${"$"}{last%"${"$"}{last##*[=:]}"}"
    COMPREPLY=()
    while IFS= read -r line; do
        value="${"$"}{line%%$'\t'*}"
        case "$value" in
            :*) ;;
            "$last"*) COMPREPLY+=("${"$"}{value#"$known"}") ;;
        esac
    done < <(toolspec complete -- "${"$"}{words[@]:1}" 2>/dev/null)
}

complete -o bashdefault -o default -F __toolspec_complete toolspec
`;
