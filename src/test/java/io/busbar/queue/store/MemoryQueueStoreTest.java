package io.busbar.queue.store;

final class MemoryQueueStoreTest extends QueueStoreContract {
  @Override
  QueueStore store() {
    return QueueStore.inMemory();
  }
}
