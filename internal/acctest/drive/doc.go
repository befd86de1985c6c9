// Package drive plays Terraform's part against a provider server in process, over the plugin protocol: it plans and
// applies configurations as the CLI does, call by call, and holds the provider to the rules that the CLI holds it to.
// It is for tests alone: thousands of runs take the time that the CLI needs for a few.
//
//	tf := drive.New(t.Context(), func() (tfprotov6.ProviderServer, error) {…}, drive.Values{"token": "…"})
//	plan := tf.Plan(ctx, drive.Config{"modelprime_membership.ada": {"email": "ada@example.com", …}}, drive.Options{})
//	report := tf.Apply(ctx, plan)
//	tf.Object("modelprime_membership.ada").Get("status")
//
// What it does as Terraform does:
//   - a server of its own for each walk over the instances (plan, apply; a destruction's refresh), configured once;
//   - each instance is upgraded, refreshed and planned by one of a bounded number of workers, with private state and,
//     where Identity is set, resource identity;
//   - the proposed new state, the second planning call of a replacement, which carries the first one's private state,
//     -replace, tainted and deposed objects, create_before_destroy, moved, import, removed without destruction,
//     -target, -refresh=false, -refresh-only, -minimal-refresh (1.17), -destroy, saved plans and stale ones;
//   - an apply plans each change again and must come to the same result; what was planned must come true; nothing may
//     be unknown at the end; an error beside the state of a creation taints it;
//   - Stop interrupts as the first Ctrl-C does.
//
// What it leaves out: references between instances (Later stands for a value that is known only at the apply), blocks,
// nested attributes, data sources, write-only and deferred values, ignore_changes, and provisioners.
package drive
