# Terraform's output with -json: one message on each line. Other lines are text, such as the output of `terraform init`.
include "text";

def messages: inputs | . as $line | (fromjson? | objects) // {text: $line};

def diagnostics($severity): messages | .diagnostic? // empty | select(.severity == $severity);

# told formats a diagnostic as Terraform prints it without -json.
def told:
  "\({error: "Error", warning: "Warning"}[.severity]): \(.summary)",
  (.address // empty | "  with \(.)"),
  (.range // empty | "  on \(.filename) line \(.start.line)"),
  (.detail // empty),
  "";

def errors: messages | .text // (.diagnostic? // empty | select(.severity == "error") | told);

def warnings: diagnostics("warning") | .summary;

# headings counts the errors by summary. A summary that could hold a name or an address becomes "Another error".
def headings:
  [diagnostics("error") | .summary | if test("^[A-Za-z_ ,'()-]{1,100}$") then . else "Another error" end]
  | group_by(.)[] | "- \(length) × \(.[0])";

# applied is the result of an apply, in numbers.
def applied:
  messages | select(.type == "change_summary" and .changes.operation == "apply") | .changes
  | "Apply complete! Resources: \([(.import // 0 | select(. > 0) | "\(.) imported"), "\(.add) added", "\(.change) changed", "\(.remove) destroyed"] | join(", ")).";

# story is everything except refreshes and planned changes, which the saved plan shows better.
def story:
  messages
  | if .text then .text
    elif .diagnostic then .diagnostic | told
    elif .type | IN("apply_complete", "apply_errored") then ."@message"
    else empty end;
