package io.busbar.protocol.stomp;

final class MemoryQueueStoreTest extends QueueStoreContract {
  @Override
  QueueStore store() {
    return new MemoryQueueStore();
  }
}
