# Some changes need a block for one merge, because the roster cannot express them. Uncomment the block, put the people in, and
# delete it after the apply.

# A member has changed their address in Model-Prime. Change it in the roster, and add this block: it is the same person. Nobody is
# removed or e-mailed. If they have not changed it yet, the plan would replace them.
#
# moved {
#   from = modelprime_membership.this["leila.farahani@example.com"]
#   to   = modelprime_membership.this["leila.farahani-holm@example.com"]
# }

# A person is a member already. Add them to the roster, and import them. Nobody is e-mailed.
#
# import {
#   to = modelprime_membership.this["yuki.tanabe@example.com"]
#   id = "yuki.tanabe@example.com"
# }

# To stop managing the roster here: delete everything below the provider in main.tf, delete adopt.tf, audit.tf and outputs.tf, and
# uncomment this block. All people stay members.
#
# removed {
#   from = modelprime_membership.this
#
#   lifecycle {
#     destroy = false
#   }
# }
