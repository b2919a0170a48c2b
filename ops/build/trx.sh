# shellcheck shell=bash
# Reads test results (TRX), the one source of every number that ops/test prints.

# trx_counts FILE → "PASSED FAILED SKIPPED". What was not executed was skipped: the attribute of that name stays 0.
trx_counts() {
    tr '\n' ' ' <"$1" | grep -o '<Counters [^>]*>' | tail -n 1 | awk '
        function attribute(name) { return match($0, " " name "=\"[0-9]+\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) + 0 : 0 }
        { print attribute("passed"), attribute("failed") + attribute("error") + attribute("timeout") + attribute("aborted"), attribute("total") - attribute("executed") }'
}

# trx_failures FILE: name, message and the top of the stack of each failed test
trx_failures() {
    awk 'BEGIN { RS = "<UnitTestResult " }
        { tag = substr($0, 1, index($0, ">")) }
        NR > 1 && tag ~ / outcome="(Failed|Error|Timeout|Aborted)"/ {
            match(tag, /testName="[^"]*"/)
            printf "\n  ✗ %s\n", substr(tag, RSTART + 10, RLENGTH - 11)
            print element("Message", 20)
            print element("StackTrace", 8)
        }
        function element(name, lines,    from, to, part, count, text, i) {
            from = index($0, "<" name ">")
            to = index($0, "</" name ">")
            if (!from || to < from) return ""
            count = split(substr($0, from + length(name) + 2, to - from - length(name) - 2), part, "\n")
            for (i = 1; i <= count && i <= lines; i++) text = text (i > 1 ? "\n" : "") "      " part[i]
            return text
        }' "$1" | sed -e 's/\r$//; s/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&#xA;/ /g; s/&#xD;//g; s/&amp;/\&/g' -e '/^ *$/d' -e '/ at NUnit\./d' -e '/^ *1)  *at /d'
}
