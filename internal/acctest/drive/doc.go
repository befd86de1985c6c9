// Package drive plays Terraform's part against a provider server in process, over the plugin protocol: it plans and
// applies configurations as the CLI does, call by call, and checks the provider by the CLI's rules.
// It is only for tests: thousands of runs take the CLI's time for a few.
//
//	tf := drive.New(t.Context(), func() (tfprotov6.ProviderServer, error) {…}, drive.Values{"token": "…"})
//	plan := tf.Plan(ctx, drive.Config{"modelprime_membership.ada": {"email": "ada@example.com", …}}, drive.Options{})
//	report := tf.Apply(ctx, plan)
//	tf.Object("modelprime_membership.ada").Get("status")
//
// As Terraform does:
//   - a server for each walk over the instances (plan, apply; a destruction's refresh), configured once;
//   - each instance is upgraded, refreshed and planned by one of a bounded number of workers, with private state and,
//     where Identity is set, resource identity;
//   - the proposed new state, the second planning call of a replacement, which carries the first one's private state,
//     -replace, tainted and deposed objects, create_before_destroy, moved, import, removed without destruction,
//     -target, -refresh=false, -refresh-only, -minimal-refresh (1.17), -destroy, saved plans and stale ones;
//   - an apply plans each change again and must get the same result; the result must be as planned and fully known; an
//     error with the state of a creation taints it;
//   - Stop interrupts as the first Ctrl-C does.
//
// Left out: references between instances (Later stands for a value that is known only at the apply), blocks,
// nested attributes, data sources, write-only and deferred values, ignore_changes, and provisioners.
package drive
