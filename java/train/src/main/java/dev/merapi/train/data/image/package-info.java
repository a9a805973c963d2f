/** Image files as tensors: the only part of training that needs the module java.desktop. */
package dev.merapi.train.data.image;
