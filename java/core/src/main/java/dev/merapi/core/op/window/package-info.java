/** Windows that slide over N C H W tensors: convolution and pooling, with their backward ops. */
package dev.merapi.core.op.window;
