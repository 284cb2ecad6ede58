# Adds up the "N passed, M failed" lines of the programs named by the lines between them. A program that ends
# without one has failed.
/^[0-9]+ passed, [0-9]+ failed$/ { passed += $1; failed += $3; reported = 1; next }
/^(build|tests)\/[^ ]*$/ { if (program && !reported) lost(); program = $0; reported = 0; next }
{ print }
function lost() { print program ": no result"; failed++ }
END {
    if (program && !reported) lost()
    printf "%d passed, %d failed\n", passed, failed
    exit failed > 0
}
