# A line for each difference that the audit found.
(.unmanaged[] | "\(.) is not in the roster"),
(.missing[] | "\(.) is in the roster, but neither a member nor invited"),
(.role_drift | to_entries[] | "\(.key) has \(.value.actual | join(", ")) instead of \(.value.expected | join(", "))"),
(.moved_address | to_entries[] | "\(.key) is now \(.value)")
