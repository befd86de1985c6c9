// Package promises tests what the provider promises its users when requests fail, replies are lost, a run is
// interrupted, and the world changes meanwhile: nothing lost, nobody e-mailed twice, nobody let in. Its tests drive the
// provider's server in process against an organization in memory, with a clock of their own.
//
// They run in a size that suits every change. MODELPRIME_FULL=1 runs them at full size, and -rapid.checks=N more random
// histories.
package promises
