#!/usr/bin/env bash
# How the original counted: under 'set -e' an arithmetic command whose value is 0 ends the script. The first
# increment from 0 is one, because a postfix ++ gives the value before it.
set -e
passed=0
echo "first check"
((passed++))
echo "second check"
